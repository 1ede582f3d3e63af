/** What a person or a program reads afterwards: text, Markdown, JSON and one self-contained HTML file. */
@NullMarked
package io.millrace.loadtest.report;

import org.jspecify.annotations.NullMarked;
