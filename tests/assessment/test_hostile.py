"""Hostile journals with right hashes: whatever stands in one, every command ends in an answer or in one sentence."""

import random

import click
import hostile
import pytest

from arusha import main

SHAPES = hostile.shapes()
NOT_GIVEN_A_FILE = {
    ("assess", "new"),
    ("assess", "pool"),
    ("assess", "import"),
    ("assess", "unlock"),
    ("plan", "import"),
}


def leaves(group, words):
    for name, command in group.commands.items():
        yield from leaves(command, (*words, name)) if isinstance(command, click.Group) else [(*words, name)]


def test_every_command_that_reads_an_assessment_is_tried_and_of_shapes_at_least_sixty():
    tried = [tuple(words) for words in hostile.COMMANDS.values()]
    commands = [*leaves(main.commands["assess"], ("assess",)), *leaves(main.commands["plan"], ("plan",))]
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
