/** Tests of the route language; the numbers in names are those of the checklist in reference/routing-and-store.md §12. */
@NullMarked
package kant.routing;

import org.jspecify.annotations.NullMarked;
