/** Direct methods from services to devices and modules. Start with {@link kant.iothub.method.MethodCaller}; virtual threads. */
@NullMarked
package kant.iothub.method;

import org.jspecify.annotations.NullMarked;
