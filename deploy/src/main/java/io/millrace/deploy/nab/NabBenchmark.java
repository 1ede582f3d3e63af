package io.millrace.deploy.nab;

import io.millrace.deploy.score.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the detectors over a corpus, one configuration for all its files. */
public final class NabBenchmark {
    private NabBenchmark() {}

    /**
     * Writes each detector's results, and {@code scores.md} beside them.
     *
     * @param data numenta/NAB, or a part of it in the same layout
     * @param out where the results go
     * @param names the detectors that are wanted; empty: all
     * @return the tables
     */
    public static String run(Path data, Path out, List<String> names) throws IOException, InputException {
        List<NabDetector> detectors = detectors(names);
        List<NabSeries> corpus = NabCorpus.read(data);
        Files.createDirectories(out);
        List<NabResults> results = new ArrayList<>();
        for (NabDetector detector : detectors) {
            NabResults result = NabResults.of(detector, corpus);
            result.write(out);
            results.add(result);
        }
        String table = NabTable.of(corpus, results);
        Files.writeString(out.resolve("scores.md"), table);
        return table;
    }

    private static List<NabDetector> detectors(List<String> names) throws InputException {
        List<NabDetector> all = NabDetector.all();
        List<String> known = all.stream().map(NabDetector::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new InputException("--detector must be one of " + known + ", got: " + name);
            }
        }
        return names.isEmpty()
                ? all
                : all.stream().filter(one -> names.contains(one.name())).toList();
    }
}
