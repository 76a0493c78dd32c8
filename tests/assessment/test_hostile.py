"""Hostile journals with right hashes: whatever stands in one, every command ends in an answer or in one sentence."""

import random

import click
import hostile
import pytest

from assessment.cli.groups import assess, plan

SHAPES = hostile.shapes()
NOT_GIVEN_A_FILE = {
    ("assess", "new"),
    ("assess", "pool"),
    ("assess", "import"),
    ("assess", "unlock"),
    ("plan", "import"),
}


def leaves(group, words):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield from leaves(command, (*words, name)) if isinstance(command, click.Group) else [(*words, name)]


def test_every_command_that_reads_an_assessment_is_tried_and_of_shapes_at_least_sixty():
    tried = [tuple(words) for words in hostile.COMMANDS.values()]
    commands = [*leaves(assess, ("assess",)), *leaves(plan, ("plan",))]
    missing = [command for command in commands if command not in {words[: len(command)] for words in tried}]
    assert set(missing) <= NOT_GIVEN_A_FILE
    assert len(SHAPES) >= 60


@pytest.mark.parametrize("command", hostile.COMMANDS)
def test_every_command_works_on_the_sound_file_that_the_shapes_are_made_of(tmp_path, command):
    hostile.forged(lambda path: None, tmp_path / "sound")
    (tmp_path / "in").mkdir()
    assert hostile.fault(command, tmp_path / "sound", tmp_path / "in") is None


@pytest.mark.parametrize("shape", SHAPES)
def test_no_hostile_journal_brings_a_command_down(tmp_path, shape):
    hostile.forged(SHAPES[shape], tmp_path / "hostile")
    (tmp_path / "in").mkdir()
    command = random.Random(shape).choice(list(hostile.COMMANDS))
    assert hostile.fault(command, tmp_path / "hostile", tmp_path / "in") is None, command


@pytest.mark.parametrize(
    ("shape", "part"),
    [
        ("questions: each question twice", "asks a question twice"),
        ("lens: ids of the bank", "the questions kept in the file are not ones"),
        ("lens: each question twice", "asks a question twice"),
        ("questions: elements that are none", "asks about 9.z, which is no element of the Declaration"),
        ("questions: escape codes in the questions", "the questions kept in the file are not ones"),
        ("plan: a level above four", "is above level 4"),
        ("plan: results of no indicator", "has a result of an indicator that it does not have"),
    ],
)
def test_what_is_attached_or_carried_is_looked_at_as_well(tmp_path, arusha, refused, shape, part):
    hostile.forged(SHAPES[shape], tmp_path / "hostile")
    refused(arusha("plan", "list", tmp_path / "hostile"), tmp_path / "hostile", part)
