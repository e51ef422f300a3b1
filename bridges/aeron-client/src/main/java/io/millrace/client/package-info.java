/** Publishes rows to a running job and receives its results over Aeron. Depends on codecs, Agrona, Aeron. */
@NullMarked
package io.millrace.client;

import org.jspecify.annotations.NullMarked;
