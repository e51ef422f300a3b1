package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest
{
    @Test
    void shouldCountSwappedNeighboursOnce()
    {
        assertEquals(1, Suggestion.distance("conut", "count"));
        assertEquals(1, Suggestion.distance("cont", "count"));
        assertEquals(1, Suggestion.distance("coount", "count"));
        assertEquals(1, Suggestion.distance("caunt", "count"));
        assertEquals(2, Suggestion.distance("caun", "count"));
        assertEquals(5, Suggestion.distance("", "count"));
    }

    @Test
    void shouldNameTheFirstOfTheNearestWhateverItsCase()
    {
        assertEquals("User_Id", Suggestion.nearest("USERID", List.of("amount", "User_Id", "user_ids")));
        assertEquals("aab", Suggestion.nearest("aac", List.of("aab", "aad")));
        assertEquals("did you mean 'amount'?", Suggestion.hint("amonut", List.of("user_id", "amount")));
    }

    @Test
    void shouldNameNothingThatIsNotMeant()
    {
        assertNull(Suggestion.nearest("price", List.of("user_id", "amount")));
        assertNull(Suggestion.hint("x", List.of()));
        assertNull(Suggestion.nearest("x".repeat(129), List.of("x".repeat(129))));
    }
}
