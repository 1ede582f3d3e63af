package io.millrace.deploy.page;

/**
 * An alert that was raised or cleared while the view looked.
 *
 * @param device the device
 * @param rule the rule of pipeline.yaml
 * @param firing true if raised, false if cleared
 * @param since event time of the first event that counted towards the raise, epoch milliseconds
 * @param time event time of the transition, epoch milliseconds
 * @param seen when the view saw it, epoch milliseconds
 */
public record AlertTransition(String device, String rule, boolean firing, long since, long time, long seen) {}
