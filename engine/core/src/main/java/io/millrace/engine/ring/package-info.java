/** The ring of blocks. Depends on codecs and the LMAX Disruptor. */
@NullMarked
package io.millrace.engine.ring;

import org.jspecify.annotations.NullMarked;
