/** A pipeline with its model loaded, its topics made, and running. */
@NullMarked
package io.millrace.deploy.run;

import org.jspecify.annotations.NullMarked;
