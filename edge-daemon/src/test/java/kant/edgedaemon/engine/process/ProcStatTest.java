package kant.edgedaemon.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcStatTest {
    @Test
    void a_name_with_spaces_and_parentheses_does_not_mislead() {
        String text =
                "10241 (a) b (c)) S 10173 10241 10240 0 -1 4194560 865 0 0 0 7 3 0 0 20 0 1 0 94131 2322432 316 18";

        assertThat(ProcStat.parse(10241, text)).contains(new ProcStat(10241, 'S', 10173, 10240, 94131, 10, 316));
    }

    @Test
    void this_process_is_found() {
        int pid = (int) ProcessHandle.current().pid();

        assertThat(ProcStat.of(pid)).get().extracting(ProcStat::pid).isEqualTo(pid);
        assertThat(ProcStat.of(Integer.MAX_VALUE)).isEmpty();
    }
}
