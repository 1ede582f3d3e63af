package io.millrace.deploy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The arrows between the modules, and the order of the stages inside {@code topology}. An exemption stands in its
 * rule, with its reason; there is no other way to get one.
 */
class ArchitectureTest {
    private static final JavaClasses MAIN =
            new ClassFileImporter(List.of(new ImportOption.DoNotIncludeTests())).importPackages("io.millrace");

    private static final String SCORERS = "io.millrace.scorers..";
    private static final String TOPOLOGY = "io.millrace.topology..";
    private static final String CONNECTORS = "io.millrace.connectors..";
    private static final String DEPLOY = "io.millrace.deploy..";
    private static final String[] KAFKA = {"org.apache.kafka..", "kafka.."};
    private static final String AZURE = "com.azure..";

    /** In the order that the data takes. */
    private static final List<String> STAGES = List.of(
            "ingest", "decode", "key", "features", "batch", "score", "detect", "twin", "decide", "desk", "emit");

    private static final String STREAMS = "io.millrace.topology.streams..";
    private static final List<String> BESIDE = List.of("config", "telemetry");

    @Test
    void scorersKnowTheModelAlone() {
        noClasses()
                .that()
                .resideInAPackage(SCORERS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(with(KAFKA, AZURE, TOPOLOGY, CONNECTORS, DEPLOY))
                .check(MAIN);
    }

    @Test
    void connectorsKnowNothingOfModels() {
        noClasses()
                .that()
                .resideInAPackage(CONNECTORS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SCORERS, TOPOLOGY, DEPLOY, "ai.onnxruntime..", "org.apache.kafka.streams..")
                .check(MAIN);
    }

    /** Jackson is for device twins alone. Beside them the random cut forest, which is optional: only a detector of that name loads it. */
    @Test
    void topologyKnowsScorersAndFiveLibraries() {
        classes()
                .that()
                .resideInAPackage(TOPOLOGY)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        TOPOLOGY,
                        SCORERS,
                        "org.apache.kafka..",
                        "io.opentelemetry.api..",
                        "com.amazon.randomcutforest..",
                        "com.fasterxml.jackson..",
                        "org.snakeyaml.engine..",
                        "org.slf4j..",
                        "org.jspecify..",
                        "java..")
                .check(MAIN);
    }

    @Test
    void onlyDeployKnowsDeploy() {
        noClasses()
                .that()
                .resideOutsideOfPackage(DEPLOY)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(DEPLOY)
                .check(MAIN);
    }

    static Stream<String> stages() {
        return STAGES.stream();
    }

    @ParameterizedTest
    @MethodSource("stages")
    void aStageKnowsOnlyEarlierStages(String stage) {
        String[] allowed = Stream.of(STAGES.subList(0, STAGES.indexOf(stage) + 1), BESIDE)
                .flatMap(List::stream)
                .map(ArchitectureTest::inTopology)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(inTopology(stage))
                .should()
                .dependOnClassesThat(resideInAPackage(TOPOLOGY).and(not(resideInAnyPackage(allowed))))
                .check(MAIN);
    }

    /** What stands beside the stages can be used by each of them, and so knows none. */
    @Test
    void configAndTelemetryKnowNoStage() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        BESIDE.stream().map(ArchitectureTest::inTopology).toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        with(STAGES.stream().map(ArchitectureTest::inTopology).toArray(String[]::new), STREAMS))
                .check(MAIN);
    }

    /** They serve a file, a Spark job or a test as they are. */
    @Test
    void stagesKnowNoKafka() {
        noClasses()
                .that()
                .resideInAPackage(TOPOLOGY)
                .and()
                .resideOutsideOfPackage(STREAMS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(KAFKA)
                .check(MAIN);
    }

    /**
     * Exempt: {@code RecordHeader} and {@code RecordHeaders}, the only way to make the headers that the public API asks
     * for.
     */
    @Test
    void streamsStandsOnKafkasPublicApi() {
        noClasses()
                .that()
                .resideInAPackage(STREAMS)
                .should()
                .dependOnClassesThat(resideInAPackage("org.apache.kafka..internals..")
                        .and(not(simpleName("RecordHeader").or(simpleName("RecordHeaders")))))
                .check(MAIN);
    }

    /** Exempt: {@code deploy.run}, which starts and watches what {@code streams} has built. */
    @Test
    void onlyStreamsNamesKafkaStreams() {
        noClasses()
                .that()
                .resideOutsideOfPackages(STREAMS, "io.millrace.deploy.run..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka.streams..")
                .check(MAIN);
    }

    @Test
    void onlyTheCommandLinePrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.millrace.deploy.cli..")
                .should(ACCESS_STANDARD_STREAMS)
                .check(MAIN);
    }

    /** Fakes are shipped for tests, of users too. Exempt: the demonstration, which shows Event Hubs without the cloud. */
    @Test
    void nothingShippedRunsOnAFake() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.millrace..testing..", "io.millrace.deploy.demo..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.millrace..testing..")
                .check(MAIN);
    }

    @Test
    void packagesMakeNoCycles() {
        slices().matching("io.millrace.(**)").should().beFreeOfCycles().check(MAIN);
    }

    private static String inTopology(String part) {
        return "io.millrace.topology." + part + "..";
    }

    private static String[] with(String[] some, String... others) {
        return Stream.of(some, others).flatMap(Stream::of).toArray(String[]::new);
    }
}
