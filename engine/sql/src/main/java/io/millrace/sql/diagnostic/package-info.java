/** What a user is told about a job's text: code, place, message, hint. Depends on nothing. */
@NullMarked
package io.millrace.sql.diagnostic;

import org.jspecify.annotations.NullMarked;
