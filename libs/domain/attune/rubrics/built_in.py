"""The rubrics every organisation begins with, as data.

Each level is something a reviewer can point at in a transcript: who said or did what, and when. Two reviewers who argue
about a level can only argue about that. Changing a word here publishes a new version; it never alters an old one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from attune.rubrics.model import Dimension, Level, RubricDefinition


def _dimension(key: str, name: str, description: str, *levels: tuple[str, str]) -> Dimension:
    """A dimension of weight one; its levels are given from 0 upwards, each as its anchor and an example."""
    return Dimension(
        key=key,
        name=name,
        description=description,
        weight=Decimal(1),
        levels=tuple(
            Level(level=level, anchor=anchor, example=example) for level, (anchor, example) in enumerate(levels)
        ),
    )


EMPATHY: Final = RubricDefinition(
    slug="empathy",
    title="Empathy in customer conversations",
    dimensions=(
        _dimension(
            "emotional_resonance",
            "Emotional resonance",
            "Whether what the customer feels is noticed, named in fitting words, and answered before the task goes on.",
            (
                "Ignores, disputes or belittles a feeling that the customer put into words.",
                "Customer: “I was in tears.” Agent: “There is no need to be dramatic. Your order number?”",
            ),
            (
                "Uses a stock phrase that would fit any customer, then goes on with the task.",
                "“We apologise for any inconvenience. Can you confirm your postcode?”",
            ),
            (
                "Names a feeling once, but not the one the customer showed, or without saying what it is about.",
                "Customer, worried about a missed funeral: “I need this parcel.” Agent: “I see that you are annoyed.”",
            ),
            (
                "Names the feeling and its cause in the customer's own terms before turning to the task.",
                "“You planned the whole weekend around this delivery, and now you are left hanging. That is upsetting.”",
            ),
            (
                "Names feeling and cause, checks that it is right, and comes back to it when it changes later on.",
                "“You sounded more worried about your mother than about the money. Is that right?” … “And now, a bit lighter?”",
            ),
        ),
        _dimension(
            "listening_accuracy",
            "Listening accuracy",
            "Whether the customer's facts and wishes are taken up as they were said, and nobody has to say them twice.",
            (
                "Acts on something the customer did not say, or asks again for what was just answered, two times or more.",
                "Customer: “It is not the router, I changed it.” Agent: “Please restart your router.”",
            ),
            (
                "Asks once for something the customer had said already, or takes up only the first of several points.",
                "Customer names a wrong bill and a lost letter. Only the bill is answered; the customer has to remind.",
            ),
            (
                "Works with the facts as they were said, but never says back what was understood.",
                "Goes straight to the correct account and the correct month, without a word on what the request is.",
            ),
            (
                "Says back the main points in own words, correctly, before offering a solution.",
                "“So you were charged twice in May, and you called before about it. You want the second one back.”",
            ),
            (
                "Says back points and priority, asks what was missed, and corrects the picture when the customer adds to it.",
                "“The refund first, the letter second. What have I left out?” … “Thank you, then it is three charges.”",
            ),
        ),
        _dimension(
            "clarity_of_next_steps",
            "Clarity of next steps",
            "Whether the customer leaves knowing what happens next, who does it, and by when.",
            (
                "Ends without a next step, or with one that contradicts what was said before.",
                "“I have passed it on.” To whom, or what for, is not said.",
            ),
            (
                "Names a next step without who does it or by when.",
                "“Somebody will be in touch about this.”",
            ),
            (
                "Names the step and either who or by when, not both.",
                "“Our billing team will send you a correction.”",
            ),
            (
                "Names step, owner and time in one plain sentence, and how the customer will notice.",
                "“I am sending the refund today; it shows on your account by Thursday, and you get an e-mail from me.”",
            ),
            (
                "As before, and also says what to do if it does not happen, and checks that it was understood.",
                "“If it is not there on Thursday, answer my e-mail and it comes straight to me. Does that work for you?”",
            ),
        ),
        _dimension(
            "cultural_awareness",
            "Cultural awareness",
            "Whether language, form of address and examples fit this customer, without guesses from a name or an accent.",
            (
                "Comments on, imitates or guesses at origin, accent, belief or family, or goes on after being corrected.",
                "“Where is that name from? You people usually pay by transfer, don't you?”",
            ),
            (
                "Uses idioms, abbreviations or a form of address that visibly lose the customer, and does not adjust.",
                "Customer: “Sorry, what is a chargeback?” Agent repeats the sentence with the same word.",
            ),
            (
                "Neutral wording that neither loses nor meets the customer; adjusts only when asked to.",
                "Speaks slower after the customer asks for it, and keeps to it.",
            ),
            (
                "Adjusts words, pace or form of address unasked to what the customer uses or says they prefer.",
                "The customer writes formally and in short sentences; so does the agent, from the second message on.",
            ),
            (
                "Asks for a preference or constraint instead of assuming it, and builds the solution around the answer.",
                "“Is there a day on which a visit does not suit you?” … “Then not on Friday; Sunday morning it is.”",
            ),
        ),
        _dimension(
            "action_orientation",
            "Action orientation",
            "Whether understanding turns into something done for this customer, within or beyond the script.",
            (
                "Refuses or defers with a rule as the only reason, and offers nothing else.",
                "“That is our policy, I cannot do anything.”",
            ),
            (
                "Offers one standard option that does not touch the problem described.",
                "For a delivery that cannot come at all, offers a voucher for the next order.",
            ),
            (
                "Does the standard remedy for the problem described, when the customer asks for it.",
                "Starts the refund after the customer asks, “So do I get my money back?”",
            ),
            (
                "Offers a remedy that fits this customer's situation, unasked, and begins it during the conversation.",
                "“Since you leave tomorrow, I am having it sent to your hotel. I have just changed the address.”",
            ),
            (
                "As before, and removes the cause or the next obstacle too, telling the customer what was done.",
                "“Your address was wrong in two systems. I corrected both, so the replacement cannot go astray again.”",
            ),
        ),
    ),
)

CUSTOMER_SURVEY: Final = RubricDefinition(
    slug="customer-survey",
    title="The customer's own rating",
    dimensions=(
        _dimension(
            "empathy",
            "Empathy",
            "How understood the customer says they felt. Asked of the customer; a rating from 1 to 5 is level 0 to 4.",
            (
                "The customer says they were not understood at all.",
                "Ticks “1 – not at all”, or writes, “I was talking to a wall.”",
            ),
            (
                "The customer says they were understood a little.",
                "Ticks “2 – a little”, or writes, “They heard me in the end, after three attempts.”",
            ),
            (
                "The customer says they were understood in part.",
                "Ticks “3 – in part”, or writes, “Polite, but they did not really get it.”",
            ),
            (
                "The customer says they were mostly understood.",
                "Ticks “4 – mostly”, or writes, “They knew what it meant to me.”",
            ),
            (
                "The customer says they were fully understood.",
                "Ticks “5 – fully”, or writes, “I did not have to explain myself. What a relief.”",
            ),
        ),
        _dimension(
            "relevance",
            "Relevance",
            "How well the answers fitted what was asked, as the customer says. A rating from 1 to 5 is level 0 to 4.",
            (
                "The customer says the answers had nothing to do with the question.",
                "Ticks “1 – not at all”, or writes, “I asked about A and was told about B.”",
            ),
            (
                "The customer says the answers touched the question a little.",
                "Ticks “2 – a little”, or writes, “One useful line in a page of text.”",
            ),
            (
                "The customer says the answers fitted in part.",
                "Ticks “3 – in part”, or writes, “Half of it helped.”",
            ),
            (
                "The customer says the answers mostly fitted.",
                "Ticks “4 – mostly”, or writes, “Nearly everything was answered.”",
            ),
            (
                "The customer says the answers fitted entirely.",
                "Ticks “5 – fully”, or writes, “Exactly what I needed, nothing else.”",
            ),
        ),
    ),
)

BUILT_IN: Final = (EMPATHY, CUSTOMER_SURVEY)
"""In the order in which they are installed."""
