package kant.routing;

import java.util.List;
import kant.routing.Token.Kind;
import org.jspecify.annotations.Nullable;

/** {@code [SELECT *] FROM source [WHERE condition] INTO sink}, and nothing behind it (the original ignores what follows). */
final class RouteParser {

    /** @param condition null where the route has no {@code WHERE} */
    record Parsed(Source source, @Nullable Expression condition, String conditionText, Sink sink) {}

    private final String text;
    private final Tokens tokens;

    private RouteParser(String text) {
        this.text = text;
        this.tokens = new Tokens(text);
    }

    static Parsed parse(String text) throws CompileException {
        return new RouteParser(text).route();
    }

    private Parsed route() throws CompileException {
        if (tokens.nextIs(Kind.END)) {
            throw new CompileException(List.of(CompileError.at(tokens.peek(), "Source cannot be null or empty", "")));
        }
        if (tokens.nextIs(Kind.SELECT)) {
            tokens.next();
            if (!tokens.peek().text().equals("*")) {
                throw tokens.unexpected("'*'");
            }
            tokens.next();
        }
        tokens.expect(Kind.FROM, "FROM");
        Source source = source();
        Expression condition = null;
        String conditionText = "";
        if (tokens.nextIs(Kind.WHERE)) {
            tokens.next();
            int start = tokens.peek().start();
            var parser = new ConditionParser(tokens);
            condition = parser.expression();
            conditionText = text.substring(start, parser.end());
        }
        tokens.expect(Kind.INTO, condition == null ? "WHERE or INTO" : "an operator or INTO");
        Sink sink = SinkParser.parse(tokens);
        tokens.expect(Kind.END, "the end of the route");
        return new Parsed(source, condition, conditionText, sink);
    }

    private Source source() throws CompileException {
        var path = new StringBuilder();
        for (String item = tokens.sourceItem(); item != null; item = tokens.sourceItem()) {
            path.append('/').append(item);
        }
        if (path.isEmpty()) {
            throw tokens.unexpected("a source such as /messages/*");
        }
        return Source.ofPath(path.toString());
    }
}
