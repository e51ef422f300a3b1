/** Two engines on the same rows, side by side: what each is asked, what it answers, and the ratio. Depends on rows. */
@NullMarked
package io.millrace.perf.peer;

import org.jspecify.annotations.NullMarked;
