/** JSON text to rows and back, with the meaning of Flink's {@code json} format. Depends on the row layout alone. */
@NullMarked
package io.millrace.codecs.json;

import org.jspecify.annotations.NullMarked;
