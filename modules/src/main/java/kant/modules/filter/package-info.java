/** The module temperature-filter: passes on the readings above a threshold that its twin holds. */
@NullMarked
package kant.modules.filter;

import org.jspecify.annotations.NullMarked;
