/**
 * Picks the link that a configuration asks for: the one place that knows every kind of link, and what a program calls to get
 * one.
 */
@NullMarked
package kant.upstream.choice;

import org.jspecify.annotations.NullMarked;
