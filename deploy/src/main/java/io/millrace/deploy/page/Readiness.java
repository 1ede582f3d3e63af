package io.millrace.deploy.page;

/**
 * Whether the pipeline can do its work now.
 *
 * @param ready true if it can
 * @param reason for a person: what it waits for, or "scoring"
 */
public record Readiness(boolean ready, String reason) {}
