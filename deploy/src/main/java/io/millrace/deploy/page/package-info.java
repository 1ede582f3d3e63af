/** The live page: the pipeline seen from outside, over its topics, and shown in a browser. */
@NullMarked
package io.millrace.deploy.page;

import org.jspecify.annotations.NullMarked;
