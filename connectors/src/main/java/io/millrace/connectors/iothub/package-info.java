/** Azure IoT Hub from its service side: commands to devices, and their twins. */
@NullMarked
package io.millrace.connectors.iothub;

import org.jspecify.annotations.NullMarked;
