package io.millrace.loadtest.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContestantTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void eachModelIsTheOneThatItsSha256Names(Model model) throws IOException, NoSuchAlgorithmException {
        try (InputStream in = Files.newInputStream(model.extract(folder))) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
            assertThat(HexFormat.of().formatHex(digest)).isEqualTo(model.sha256());
        }
    }

    @Test
    void namesAreThoseOnTheCommandLine() {
        assertThat(Contestant.named("pass-through")).isEqualTo(Contestant.PASS_THROUGH);
        assertThatThrownBy(() -> Contestant.named("spark"))
                .hasMessage(
                        "a contestant must be one of millrace, pass-through, naive, plain, flink, faulty, got: spark");
        assertThatThrownBy(() -> Model.named("gpt"))
                .hasMessage("pipeline.model must be one of mlp16, window64x8, image28x28, features16,"
                        + " past64x8, recurrent16, got: gpt");
    }

    @Test
    void millraceGetsAPipelineFile() {
        Job job = new Job(
                "lt-1",
                "localhost:9092",
                "in",
                "out",
                "al",
                "dl",
                Model.MLP16,
                true,
                100,
                2,
                "1g",
                "score > 0.9",
                0,
                Path.of("/data/it's"),
                Map.of("linger.ms", "1"),
                "",
                Optional.empty());

        assertThat(PipelineFile.yaml(job, Path.of("/m.onnx"))).isEqualTo("""
                        pipeline: lt-1
                        source: {topic: in, format: json, device: key, time: /ts}
                        model:
                          name: mlp16
                          uri: 'file:/m.onnx'
                          sha256: %s
                          device: cpu
                          inputs: {features: [/f0, /f1, /f2, /f3, /f4, /f5, /f6, /f7, /f8, /f9, /f10, /f11, /f12, /f13, /f14, /f15]}
                        alerts: [{name: loadtest, when: 'score > 0.9'}]
                        topics: {predictions: out, alerts: al, dead-letters: dl}
                        guarantee: exactly_once
                        state: {dir: '/data/it''s/state'}
                        kafka:
                          bootstrap.servers: 'localhost:9092'
                          num.stream.threads: '2'
                          commit.interval.ms: '100'
                          linger.ms: '1'
                        """.formatted(Model.MLP16.sha256()));
    }
}
