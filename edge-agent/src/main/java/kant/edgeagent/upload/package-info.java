/** Uploads to a container of Azure's blob storage, or whatever speaks its REST interface, by a SAS URL. */
@NullMarked
package kant.edgeagent.upload;

import org.jspecify.annotations.NullMarked;
