/** The demonstration: a simulated fleet of pumps with known faults, and the ledger that says which were found. */
@NullMarked
package io.millrace.deploy.demo;

import org.jspecify.annotations.NullMarked;
