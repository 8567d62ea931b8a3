/**
 * Direct methods on their way from the parent to a client and back. Read {@link kant.edgehub.method.Methods} first. Nothing is
 * kept on disk: a call that is lost has timed out for its caller.
 */
@NullMarked
package kant.edgehub.method;

import org.jspecify.annotations.NullMarked;
