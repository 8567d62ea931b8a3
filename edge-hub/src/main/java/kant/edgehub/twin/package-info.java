/**
 * Twins of this hub's clients, and its own, kept on disk so that they can be read and reported to with no parent in sight
 * (routing-and-store.md §8). Read {@link kant.edgehub.twin.Twins} first; {@code TwinOf} holds the rules for one identity. All
 * changes of one twin happen one after another on virtual threads; no lock is held while the parent is asked.
 */
@NullMarked
package kant.edgehub.twin;

import org.jspecify.annotations.NullMarked;
