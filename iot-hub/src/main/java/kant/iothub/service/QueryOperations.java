package kant.iothub.service;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.query.QueryException;
import kant.iothub.query.QueryParser;
import kant.iothub.query.Select;
import kant.iothub.query.Select.Columns;
import kant.iothub.registry.Registered;
import kant.iothub.sql.Database;
import kant.iothub.twin.TwinRow;
import kant.iothub.twin.TwinSearch;
import kant.iothub.twin.TwinView;
import kant.iothub.twin.Twins;
import kant.protocol.http.HttpAnswer;

/** Queries over twins, page by page. */
final class QueryOperations {
    private static final int USUAL_ITEMS = 100;
    private static final int MOST_ITEMS = 1000;

    private final Database database;
    private final TwinSearch search;
    private final Twins twins;
    private final IdentityViews views;

    QueryOperations(Database database, TwinSearch search, Twins twins, IdentityViews views) {
        this.database = database;
        this.search = search;
        this.twins = twins;
        this.views = views;
    }

    HttpAnswer query(Call call) throws IOException, HubRefusedException {
        Select select = select(Objects.requireNonNullElse(Json.textMember(call.body(), "query"), ""));
        if (select.columns() instanceof Columns.Count(String name)) {
            ArrayNode counted = JsonNodeFactory.instance.arrayNode();
            counted.addObject().put(name, search.count(select));
            return Answers.ok(counted).with("x-ms-item-type", "raw");
        }
        String asked = call.http().header("x-ms-max-item-count").orElse(Integer.toString(USUAL_ITEMS));
        QueryPlace place = call.http()
                .header(QueryPlace.HEADER)
                .filter(token -> !token.isEmpty())
                .map(QueryPlace::parse)
                .orElseGet(() -> Optional.of(QueryPlace.first(select)))
                .orElseThrow(() -> new HubRefusedException(
                        ErrorCode.ARGUMENT_INVALID, QueryPlace.HEADER + " is not one that this hub gave"));
        int limit = Math.min(Call.number("x-ms-max-item-count", asked, 1, MOST_ITEMS), place.left());
        List<TwinRow> found = search.page(select, place.after(), limit + 1);
        List<TwinRow> page = found.subList(0, Math.min(limit, found.size()));
        HttpAnswer answer = select.columns() instanceof Columns.Some some ? columns(page, some) : wholeTwins(page);
        boolean more = found.size() > limit && place.left() > limit;
        return more ? answer.with(QueryPlace.HEADER, place.behind(page).token()) : answer;
    }

    private static Select select(String text) throws HubRefusedException {
        try {
            return QueryParser.query(text);
        } catch (QueryException e) {
            throw new HubRefusedException(
                    ErrorCode.ARGUMENT_INVALID, "this query is not understood by the stand-in: " + e.reason());
        }
    }

    private static HttpAnswer columns(List<TwinRow> page, Columns.Some some) {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        page.forEach(row -> json.add(some.of(row)));
        return Answers.ok(json).with("x-ms-item-type", "raw");
    }

    /** Who has been removed since it was found is left out. */
    private HttpAnswer wholeTwins(List<TwinRow> page) throws IOException, HubRefusedException {
        List<TwinView> found = database.read(sql -> {
            List<Registered> identities = new ArrayList<>();
            for (TwinRow row : page) {
                Registered.find(sql, row.id()).ifPresent(identities::add);
            }
            return twins.views(sql, identities);
        });
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (TwinView view : found) {
            json.add(views.json(view));
        }
        return Answers.ok(json).with("x-ms-item-type", "twin");
    }
}
