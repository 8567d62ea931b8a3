package kant.iothub.service;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.registry.Device;
import kant.iothub.registry.DeviceTable;
import kant.iothub.registry.Module;
import kant.iothub.registry.ModuleTable;
import kant.iothub.registry.Registered;
import kant.iothub.sql.Database;
import kant.iothub.sql.Sql;
import kant.iothub.twin.TwinView;
import kant.iothub.twin.Twins;
import kant.model.identity.IdentityId;
import kant.protocol.http.HttpAnswer;
import org.jspecify.annotations.Nullable;

/** Queries over twins, page by page. */
final class QueryOperations {
    private static final String CONTINUATION = "x-ms-continuation";
    private static final int USUAL_ITEMS = 100;
    private static final int MOST_ITEMS = 1000;

    private final Database database;
    private final Twins twins;
    private final IdentityViews views;

    QueryOperations(Database database, Twins twins, IdentityViews views) {
        this.database = database;
        this.twins = twins;
        this.views = views;
    }

    HttpAnswer query(Call call) throws IOException, HubRefusedException {
        Query query = Query.parse(Objects.requireNonNullElse(Json.textMember(call.body(), "query"), ""));
        String asked = call.http().header("x-ms-max-item-count").orElse(Integer.toString(USUAL_ITEMS));
        int limit = Call.number("x-ms-max-item-count", asked, 1, MOST_ITEMS);
        IdentityId after = after(call.http().header(CONTINUATION).orElse(""));
        List<TwinView> found = database.read(sql -> twins.views(sql, identities(sql, query, after, limit + 1)));
        List<TwinView> page = found.subList(0, Math.min(limit, found.size()));
        HttpAnswer answer = Answers.ok(json(page)).with("x-ms-item-type", "twin");
        return found.size() > limit ? answer.with(CONTINUATION, token(page.getLast())) : answer;
    }

    private static List<Registered> identities(Sql sql, Query query, @Nullable IdentityId after, int limit)
            throws SQLException {
        String afterDevice = after == null ? "" : after.deviceId();
        String afterModule = after == null || after.moduleId() == null ? "" : after.moduleId();
        List<Registered> found = new ArrayList<>();
        if (query.modules()) {
            for (Module module :
                    ModuleTable.list(sql, query.deviceId(), query.moduleId(), afterDevice, afterModule, limit)) {
                DeviceTable.find(sql, module.id().deviceId())
                        .ifPresent(device -> found.add(new Registered(device, module)));
            }
        } else {
            for (Device device : DeviceTable.list(sql, query.deviceId(), afterDevice, limit)) {
                found.add(new Registered(device, null));
            }
        }
        return found;
    }

    private ArrayNode json(List<TwinView> page) throws IOException, HubRefusedException {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (TwinView view : page) {
            json.add(views.json(view));
        }
        return json;
    }

    /** Where the next page begins: behind the last of this one. */
    private static String token(TwinView last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(last.identity().id().text().getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable IdentityId after(String token) throws HubRefusedException {
        if (token.isEmpty()) {
            return null;
        }
        try {
            return IdentityId.parse(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            throw new HubRefusedException(
                    ErrorCode.ARGUMENT_INVALID, CONTINUATION + " is not one that this hub gave: \"" + token + "\"");
        }
    }
}
