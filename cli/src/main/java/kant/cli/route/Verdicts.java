package kant.cli.route;

import java.util.List;

/** Tells what became of the messages. */
sealed interface Verdicts permits TextVerdicts, JsonVerdicts {

    /** There are no messages; the texts compile. */
    void compiled(List<Trial> trials);

    /** Tries everything on one message; says whether anything takes it. */
    boolean message(int number, GivenMessage given, List<Trial> trials);
}
