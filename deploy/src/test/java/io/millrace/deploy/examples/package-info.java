@NullMarked
package io.millrace.deploy.examples;

import org.jspecify.annotations.NullMarked;
