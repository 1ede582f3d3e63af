/** What the pipeline tells about itself, through the OpenTelemetry API. */
@NullMarked
package io.millrace.topology.telemetry;

import org.jspecify.annotations.NullMarked;
