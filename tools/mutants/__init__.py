"""Mutation tests of the rooms where numbers are made: do the tests notice a changed program?"""
