/**
 * The route and condition language of the Edge Hub (reference/routing-and-store.md §1-§5): text to a compiled
 * predicate over a message. A pure language: no clock, no thread, no I/O, no reflection.
 *
 * <p>Read {@link kant.routing.RouteTable} first (what a hub calls for each message), then {@link kant.routing.Route}.
 * A route's text goes through Lexer, RouteParser and ConditionParser to an Expression, and from there through
 * the Compiler, which checks static types, to Code. A body is not made a tree of: JsonScanner notes where its values stand.
 * {@link kant.routing.Condition} stands alone as well, and says why it does not hold. Everything compiled is immutable and may be used by any thread.
 */
@NullMarked
package kant.routing;

import org.jspecify.annotations.NullMarked;
