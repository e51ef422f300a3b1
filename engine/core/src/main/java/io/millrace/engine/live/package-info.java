/** What a job shows of itself while it runs and after it died, in one mapped file. Depends on counters alone. */
@NullMarked
package io.millrace.engine.live;

import org.jspecify.annotations.NullMarked;
