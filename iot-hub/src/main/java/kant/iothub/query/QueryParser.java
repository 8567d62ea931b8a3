package kant.iothub.query;

import java.util.ArrayList;
import java.util.List;
import kant.iothub.query.Select.Column;
import kant.iothub.query.Select.Columns;
import kant.iothub.query.Select.Source;
import kant.iothub.query.Token.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Reads
 * {@code SELECT [TOP n] * | COUNT() [AS name] | attribute [AS name], … FROM devices | devices.modules [WHERE condition]}.
 */
public final class QueryParser {
    private final Tokens tokens;

    private QueryParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /** A condition alone, as configurations have one. */
    public static Condition condition(String text) throws QueryException {
        var tokens = new Tokens(QueryLexer.tokens(text));
        var condition = new Condition(new ConditionParser(tokens).condition());
        tokens.requireEnd("AND, OR, a comparison or the end of the condition");
        return condition;
    }

    public static Select query(String text) throws QueryException {
        return new QueryParser(new Tokens(QueryLexer.tokens(text))).query();
    }

    private Select query() throws QueryException {
        tokens.requireWord("SELECT");
        int top = tokens.takeWord("TOP") ? number() : Integer.MAX_VALUE;
        Columns columns = columns();
        tokens.requireWord("FROM");
        Source source = source();
        Condition where = tokens.takeWord("WHERE") ? new Condition(new ConditionParser(tokens).condition()) : null;
        tokens.takeSymbol(";");
        tokens.requireEnd(
                where == null ? "WHERE or the end of the query" : "AND, OR, a comparison or the end of the query");
        check(source, where);
        return new Select(columns, top, source, where);
    }

    private int number() throws QueryException {
        Token token = tokens.take();
        try {
            int number = Integer.parseInt(token.text());
            if (token.kind() == Kind.NUMBER && number > 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // refused below, as zero is
        }
        throw new QueryException("TOP needs a whole number behind it, not " + token.shown());
    }

    private Columns columns() throws QueryException {
        if (tokens.takeSymbol("*")) {
            return new Columns.All();
        }
        if (tokens.peek().isWord("COUNT")) {
            tokens.take();
            tokens.requireSymbol("(");
            tokens.takeSymbol("*");
            tokens.requireSymbol(")");
            String name = name("$1");
            if (tokens.peek().isSymbol(",")) {
                throw new QueryException("COUNT() stands alone here: groups are not offered by this stand-in");
            }
            return new Columns.Count(name);
        }
        List<Column> columns = new ArrayList<>();
        do {
            Expression.Attribute attribute = new ConditionParser(tokens).attribute();
            columns.add(new Column(attribute, name(attribute.lastName())));
        } while (tokens.takeSymbol(","));
        return new Columns.Some(columns);
    }

    private String name(String usual) throws QueryException {
        if (!tokens.takeWord("AS")) {
            return usual;
        }
        Token token = tokens.take();
        if (token.kind() != Kind.WORD && token.kind() != Kind.NAME) {
            throw new QueryException("AS needs a name behind it, not " + token.shown());
        }
        return token.text();
    }

    private Source source() throws QueryException {
        tokens.requireWord("devices");
        if (!tokens.takeSymbol(".")) {
            return Source.DEVICES;
        }
        if (!tokens.takeWord("modules")) {
            throw new QueryException("devices. needs \"modules\" behind it, not "
                    + tokens.peek().shown() + "; this stand-in has devices and devices.modules, and no jobs");
        }
        return Source.MODULES;
    }

    private static void check(Source source, @Nullable Condition where) throws QueryException {
        if (source == Source.DEVICES && where != null && where.fields().contains(Field.MODULE_ID)) {
            throw new QueryException("devices have no moduleId; query devices.modules");
        }
    }
}
