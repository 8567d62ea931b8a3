package kant.rules;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The table of docs/architecture.md, "What may use what", as a test. */
class TreeTest {
    private static final JavaClasses KANT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("kant");

    /** Every folder may use itself, the JDK and JSpecify; beyond that, this. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("model", List.of("com.fasterxml.jackson..")),
            Map.entry("world", List.of("org.slf4j..")),
            Map.entry("log", List.of("org.slf4j..")),
            Map.entry("routing", List.of("kant.model..", "com.fasterxml.jackson..")),
            Map.entry("store", List.of("kant.model..", "kant.world..", "org.slf4j..")),
            Map.entry(
                    "protocol",
                    List.of(
                            "kant.model..",
                            "kant.world..",
                            "io.netty..",
                            "org.apache.qpid.protonj2..",
                            "com.fasterxml.jackson..",
                            "org.slf4j..")),
            Map.entry(
                    "upstream",
                    List.of(
                            "kant.model..",
                            "kant.world..",
                            "kant.protocol.head..",
                            "kant.protocol.net..",
                            "kant.protocol.tls..",
                            "kant.protocol.mqtt..",
                            "kant.protocol.amqp..",
                            "io.netty..",
                            "org.apache.qpid.protonj2..",
                            "com.fasterxml.jackson..",
                            "org.slf4j..")),
            Map.entry(
                    "daemonapi",
                    List.of("kant.model..", "kant.world..", "io.netty..", "com.fasterxml.jackson..", "org.slf4j..")),
            Map.entry(
                    "edgehub",
                    List.of(
                            "kant.model..",
                            "kant.log..",
                            "kant.world..",
                            "kant.routing..",
                            "kant.store..",
                            "kant.protocol..",
                            "kant.upstream..",
                            "kant.daemonapi..",
                            "com.fasterxml.jackson..",
                            "org.slf4j..")),
            Map.entry(
                    "edgeagent",
                    List.of(
                            "kant.model..",
                            "kant.log..",
                            "kant.world..",
                            "kant.upstream..",
                            "kant.daemonapi..",
                            "kant.protocol.net..",
                            "kant.protocol.tls..",
                            "kant.protocol.http..",
                            "kant.protocol.prometheus..",
                            "com.fasterxml.jackson..",
                            "ch.qos.logback.classic..",
                            "org.slf4j..")),
            Map.entry(
                    "edgedaemon",
                    List.of(
                            "kant.model..",
                            "kant.log..",
                            "kant.world..",
                            "kant.upstream..",
                            "kant.daemonapi..",
                            "kant.protocol.net..",
                            "kant.protocol.tls..",
                            "com.fasterxml.jackson..",
                            "io.netty..",
                            "org.apache.commons.compress..",
                            "org.slf4j..")),
            Map.entry(
                    "iothub",
                    List.of(
                            "kant.model..",
                            "kant.log..",
                            "kant.world..",
                            "kant.routing..",
                            "kant.store..",
                            "kant.protocol..",
                            "com.fasterxml.jackson..",
                            "org.sqlite..",
                            "org.slf4j..")),
            Map.entry(
                    "cli",
                    List.of(
                            "kant.model..",
                            "kant.world..",
                            "kant.routing..",
                            "kant.daemonapi..",
                            "picocli..",
                            "com.fasterxml.jackson..",
                            "org.apache.commons.compress..",
                            "org.slf4j..")));

    private static final DescribedPredicate<JavaClass> MAIN = simpleName("Main");

    /**
     * Where the machine itself is reached: the world, the writing of logs, each program's Main, the engines, the files of keys, and
     * the command line.
     */
    private static final DescribedPredicate<JavaClass> MAY_REACH_THE_MACHINE = resideInAnyPackage(
                    "kant.world..",
                    "kant.log..",
                    "kant.edgedaemon.engine..",
                    "kant.edgedaemon.keys..",
                    "kant.edgedaemon.certs..",
                    "kant.edgedaemon.config..",
                    "kant.edgedaemon.watch..",
                    "kant.cli..")
            .or(MAIN);

    @TestFactory
    Stream<DynamicTest> each_folder_uses_only_what_the_table_allows() {
        return MAY_USE.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> {
                    var allowed = new ArrayList<>(
                            List.of("kant." + e.getKey() + "..", "java..", "javax..", "org.jspecify..", "jdk.."));
                    allowed.addAll(e.getValue());
                    classes()
                            .that()
                            .resideInAPackage("kant." + e.getKey() + "..")
                            .should()
                            .onlyDependOnClassesThat()
                            .resideInAnyPackage(allowed.toArray(String[]::new))
                            .check(KANT);
                }));
    }

    @Test
    void the_table_names_every_folder_with_code() {
        assertThat(KANT.stream()
                        .map(c -> c.getPackageName().split("\\.")[1])
                        .distinct()
                        .toList())
                .containsExactlyInAnyOrderElementsOf(MAY_USE.keySet());
    }

    @Test
    void packages_have_no_cycles() {
        slices().matching("kant.(**)").should().beFreeOfCycles().check(KANT);
    }

    @Test
    void time_chance_and_threads_come_from_the_world() {
        noClasses()
                .that(not(MAY_REACH_THE_MACHINE))
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callConstructor(Thread.class, Runnable.class)
                .orShould()
                .callConstructor(Thread.class, Runnable.class, String.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Executors.class)
                .check(KANT);
    }

    @Test
    void files_are_reached_only_by_the_world_and_the_programs_rims() {
        noClasses()
                .that(resideInAnyPackage(
                                "kant.model..", "kant.routing..", "kant.store..", "kant.protocol..", "kant.upstream..")
                        .or(resideInAPackage("kant.edgehub..").and(not(MAIN))))
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Files.class, FileChannel.class)
                .check(KANT);
    }

    @Test
    void only_a_main_reads_the_environment_or_ends_the_process() {
        noClasses()
                .that(not(MAIN.or(resideInAPackage("kant.cli.."))))
                .should()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(KANT);
    }

    @Test
    void only_the_command_line_prints() {
        noClasses()
                .that()
                .resideOutsideOfPackage("kant.cli..")
                .and(not(MAIN))
                .should()
                .accessField(System.class, "out")
                .check(KANT);
    }

    @Test
    void every_package_is_null_marked() {
        List<String> unmarked = KANT.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(p -> !p.getClasses().isEmpty())
                .filter(p -> p.tryGetPackageInfo()
                        .filter(info -> info.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                        .isEmpty())
                .map(p -> p.getName())
                .toList();

        assertThat(unmarked).isEmpty();
    }
}
