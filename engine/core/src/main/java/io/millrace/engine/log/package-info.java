/** Numbered records from one writer to its readers: the Log interface and its bounded in-memory provider. */
@NullMarked
package io.millrace.engine.log;

import org.jspecify.annotations.NullMarked;
