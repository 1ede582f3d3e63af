/** The commands of {@code millrace}. */
@NullMarked
package io.millrace.deploy.cli;

import org.jspecify.annotations.NullMarked;
