package io.millrace.connectors.doctor;

import io.millrace.connectors.doctor.Finding.Level;
import java.util.List;

/**
 * What came of looking at a cluster.
 *
 * @param reachable whether it could be looked at
 * @param findings all that was looked at, in order
 * @param verdict which guarantee fits, and why, or what to change
 */
public record Examination(boolean reachable, List<Finding> findings, String verdict) {
    public Examination {
        findings = List.copyOf(findings);
    }

    /** Whether the pipeline can run as it is written. */
    public boolean isWell() {
        return reachable && findings.stream().noneMatch(finding -> finding.level() == Level.PROBLEM);
    }
}
