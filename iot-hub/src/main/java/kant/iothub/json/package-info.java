/** JSON text in and out of the stand-in: bodies of calls, and documents kept in the database. */
@NullMarked
package kant.iothub.json;

import org.jspecify.annotations.NullMarked;
