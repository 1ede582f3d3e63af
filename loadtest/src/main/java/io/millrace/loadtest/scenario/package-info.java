/** What a run is made of: the scenario file, checked, with every default in one place. */
@NullMarked
package io.millrace.loadtest.scenario;

import org.jspecify.annotations.NullMarked;
