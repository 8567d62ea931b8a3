/** Whether a SAS token proves an identity: pure functions of token, keys and time (reference/device-protocols.md §2.1). */
@NullMarked
package kant.protocol.sas;

import org.jspecify.annotations.NullMarked;
