@NullMarked
package io.millrace.loadtest;

import org.jspecify.annotations.NullMarked;
