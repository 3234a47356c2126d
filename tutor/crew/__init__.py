"""Roles and passages into answers and quizzes, by CrewAI."""
