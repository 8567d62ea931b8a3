package kant.iothub.registry;

import java.sql.SQLException;
import java.util.Optional;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.sql.Sql;

/** Which device is below which, by the scopes in the rows of devices. */
final class ScopeTable {
    private ScopeTable() {}

    /** Every scope that a device says it is in must be opened by another edge device. */
    static void check(Sql sql, Device device) throws SQLException, HubRefusedException {
        for (String scope : device.parentScopes()) {
            Optional<Device> parent = DeviceTable.opener(sql, scope);
            if (parent.isEmpty() || parent.get().id().equals(device.id())) {
                throw new HubRefusedException(
                        ErrorCode.ARGUMENT_INVALID,
                        "no other edge device opens the scope \"" + scope + "\" that device \"" + device.id()
                                + "\" is to be in; read the parent's deviceScope and use that");
            }
        }
    }

    /** Takes all devices out of a scope whose edge device is gone. */
    static void forget(Sql sql, String scope) throws SQLException {
        sql.run("""
                UPDATE devices SET parent_scopes = '{"scopes":[]}', scope = CASE edge WHEN 1 THEN scope ELSE '' END
                WHERE instr(parent_scopes, ?) > 0""", '"' + scope + '"');
    }
}
