/** What a model is, and how rows become scores. Nothing here knows Kafka. */
@NullMarked
package io.millrace.scorers;

import org.jspecify.annotations.NullMarked;
