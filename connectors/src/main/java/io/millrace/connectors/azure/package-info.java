/** What Event Hubs and IoT Hub have in common. */
@NullMarked
package io.millrace.connectors.azure;

import org.jspecify.annotations.NullMarked;
