/** {@code kant route}: routes and conditions tried on messages, with no hub. Read {@link kant.cli.route.RouteTestCommand} first. */
@NullMarked
package kant.cli.route;

import org.jspecify.annotations.NullMarked;
