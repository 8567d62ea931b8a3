/**
 * The hub's side of the link to the parent: which identities are attached to it, with which tokens, and who hears what the
 * parent sends. Read {@link kant.edgehub.parent.Attachments} first. Everything is called on the link's threads, which must
 * not be blocked.
 */
@NullMarked
package kant.edgehub.parent;

import org.jspecify.annotations.NullMarked;
