/**
 * What every sample module needs of the official device SDK: a connection from its environment, counted sends and two
 * direct methods. Read {@link kant.modules.edge.EdgeModule} first.
 */
@NullMarked
package kant.modules.edge;

import org.jspecify.annotations.NullMarked;
