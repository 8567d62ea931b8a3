/**
 * IoT Hub's query language over twins: text to a {@link kant.iothub.query.Select} or a lone {@link kant.iothub.query.Condition},
 * and those over one twin's {@link kant.iothub.query.TwinFields}. Pure: no I/O, no clock; everything here is a value and may be
 * used by any thread. Start with {@link kant.iothub.query.QueryParser}.
 */
@NullMarked
package kant.iothub.query;

import org.jspecify.annotations.NullMarked;
